import appConfig from "./config/app.config";
import { HealthController } from "./health.controller";

@Module({ imports: [ConfigModule.forRoot({ load: [appConfig] })], controllers: [HealthController] })
export class AppModule {}
