<?php
$db = new mysqli('localhost', 'root', '', 'users');
