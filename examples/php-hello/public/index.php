<?php

declare(strict_types=1);

$answers = ['/' => "Hello from PHP\n", '/healthz' => "ok\n"];
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);

header('Content-Type: text/plain');
if (!isset($answers[$path])) {
    http_response_code(404);
}
echo $answers[$path] ?? "not found\n";
