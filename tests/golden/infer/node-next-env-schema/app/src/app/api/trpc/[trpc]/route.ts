export { handler as GET }
