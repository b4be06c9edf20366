<?php
Route::get('/', [HomeController::class, 'index']);
