import { NODE_ENV, PORT } from "@config";
export class App { public port: string | number;
constructor(routes: Routes[]) { this.app = express();
this.port = PORT || 3000;
} public listen() { this.app.listen(this.port, () => {}) } }
