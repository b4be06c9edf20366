package com.acme.web;

@SpringBootApplication
public class BankApplication {
    public static void main(String[] args) { SpringApplication.run(BankApplication.class, args); }
}
