<?php
return ['class' => 'yii\db\Connection', 'dsn' => 'mysql:host=localhost;dbname=yii2basic'];
