const express = require('express');
const store = process.env.MYSQL_HOST ? require('./store/mysql') : require('./store/sqlite');
const app = express();
if (process.env.SENTRY_ENABLED === 'true') {
  require('./report')(process.env.SENTRY_DSN);
}
app.get('/', (req, res) => res.send(store.all()));
app.listen(process.env.PORT || 3000);
