const { ApolloServer, gql } = require('apollo-server');
const server = new ApolloServer({ typeDefs: gql`type Query { map: String }`, resolvers: {} });
server.listen({ port: process.env.PORT || 4000 });
