import { Controller, Get, Module } from '@nestjs/common';

@Controller()
class AppController {
  @Get()
  home() { return 'stone'; }
}

@Module({ controllers: [AppController] })
export class AppModule {}
