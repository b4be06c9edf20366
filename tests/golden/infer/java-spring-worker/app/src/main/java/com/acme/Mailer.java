package com.acme;

@SpringBootApplication
public class Mailer { public static void main(String[] args) { SpringApplication.run(Mailer.class, args); } }
