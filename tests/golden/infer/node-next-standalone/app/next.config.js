module.exports = {
  // output: "export",
  output: "standalone",
};
