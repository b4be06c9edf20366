package com.acme;

public class Shared { }
