<?php
Route::get('/', 'HomeController@index')->middleware('auth');
