<?php
Route::prefix('v1')->group(function () {
    Route::get('/health', fn () => ['ok' => true]);
    Route::middleware('auth:sanctum')->group(function () {
        Route::get('/status', [StatusController::class, 'show']);
    });
});
