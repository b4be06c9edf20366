<?php
define('DB_NAME', env('DB_NAME'));
