package com.acme;

public class DepotApplication extends Application<Configuration> {
    public static void main(String[] args) throws Exception { new DepotApplication().run(args); }
}
