module.exports = (dsn) => console.log(dsn);
