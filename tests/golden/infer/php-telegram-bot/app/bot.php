<?php
$bot = new Nutgram($_ENV['TELEGRAM_TOKEN']);
$bot->run();
