<?php
// $db = new SQLite3('x.db');
$host = getenv('DB_HOST') ?: 'localhost';
$db = mysqli_connect($host, getenv('DB_USER'), getenv('DB_PASSWORD'), 'shop');
echo "hello";
