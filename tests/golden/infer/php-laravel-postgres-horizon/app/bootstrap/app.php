<?php
$app = new Illuminate\Foundation\Application();
