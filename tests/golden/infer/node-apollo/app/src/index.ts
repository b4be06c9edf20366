const { url } = await startStandaloneServer(server, { listen: { port: 4000 } });
