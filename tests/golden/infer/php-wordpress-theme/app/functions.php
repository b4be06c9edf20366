<?php
add_action('init', 'plain_init');
