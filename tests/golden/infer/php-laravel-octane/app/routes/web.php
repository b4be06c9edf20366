<?php
Route::view('/', 'home');
