<?php
require __DIR__ . '/../vendor/autoload.php';
$app = AppFactory::create();
$app->get('/', function ($request, $response) {
    return $response;
});
$app->group('/api', function ($group) {
    $group->get('/status', StatusAction::class);
});
$db = new PDO('pgsql:host=' . getenv('DB_HOST') . ';dbname=' . getenv('DB_NAME'));
$app->run();
