const sqlite3 = require('sqlite3');
module.exports = { all: () => new sqlite3.Database('chores.db') };
