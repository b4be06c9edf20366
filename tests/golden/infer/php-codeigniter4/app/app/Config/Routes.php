<?php
$routes->get('/', 'Home::index');
