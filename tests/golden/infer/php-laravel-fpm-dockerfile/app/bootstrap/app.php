<?php
return Application::configure()->withRouting(web: 'x', health: '/up')->create();
