const app = express();
app.get("**", x);
const port = process.env["PORT"] || 4000;
app.listen(port, () => {})
