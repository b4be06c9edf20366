<?php
class Database {
    public array $default = [
        'DBDriver' => 'MySQLi',
    ];
}
