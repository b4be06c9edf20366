import { AppModule } from "./app.module";

async function bootstrap() {
  const app = await NestFactory.create(AppModule);
  app.setGlobalPrefix("api");
  app.enableVersioning({ type: VersioningType.URI, defaultVersion: "1" });
  const configService = app.get(ConfigService);
  await app.listen(configService.get("app.port"));
}
void bootstrap();
