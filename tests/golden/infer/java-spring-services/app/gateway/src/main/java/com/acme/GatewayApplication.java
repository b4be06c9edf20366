package com.acme;

@SpringBootApplication
public class GatewayApplication { public static void main(String[] a) { SpringApplication.run(GatewayApplication.class, a); } }
