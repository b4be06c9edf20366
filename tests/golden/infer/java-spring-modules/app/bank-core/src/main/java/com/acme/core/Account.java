package com.acme.core;

public class Account { }
