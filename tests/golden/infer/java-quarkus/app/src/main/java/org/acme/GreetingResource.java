package org.acme;

import jakarta.ws.rs.*;

@Path("/hello")
public class GreetingResource {
    @GET
    @Produces("text/plain")
    public String hello() { return "hello"; }
}
