package com.acme;

@Path("/depot")
public class DepotResource {
    @GET
    @Path("/status")
    public String status() { return "ok"; }
}
