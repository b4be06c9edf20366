<?php
require 'vendor/autoload.php';
$http = new React\Http\HttpServer(fn ($request) => React\Http\Message\Response::plaintext("hi"));
$socket = new React\Socket\SocketServer('0.0.0.0:8080');
$http->listen($socket);
