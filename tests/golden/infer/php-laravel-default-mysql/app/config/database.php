<?php

return [
    // 'default' => env('DB_CONNECTION', 'sqlite'),
    'default' => env('DB_CONNECTION', 'mysql'),
];
