<?php
$db['default'] = array(
	'hostname' => 'localhost',
	'dbdriver' => 'mysqli',
);
