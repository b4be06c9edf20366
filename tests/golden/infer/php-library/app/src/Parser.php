<?php
namespace Acme;
class Parser {}
