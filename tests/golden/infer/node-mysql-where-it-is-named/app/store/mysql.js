const mysql = require('mysql2');
const { MYSQL_HOST, MYSQL_HOST_FILE, MYSQL_USER, MYSQL_PASSWORD, MYSQL_PASSWORD_FILE } = process.env;
module.exports = { all: () => mysql.createPool({ host: MYSQL_HOST, user: MYSQL_USER, password: MYSQL_PASSWORD }) };
