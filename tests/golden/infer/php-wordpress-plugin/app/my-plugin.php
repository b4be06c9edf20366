<?php
/**
 * Plugin Name: My plugin
 */
