import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { stytchConfig } from 'nestjs-stytch';
import { demoConfig } from './demo.config.js';
import { connectToStytch, StytchConnection } from './stytch-connection.js';

@Module({
  imports: [ConfigModule.forFeature(stytchConfig), ConfigModule.forFeature(demoConfig)],
  providers: [
    {
      provide: StytchConnection,
      useFactory: connectToStytch,
      inject: [stytchConfig.KEY, demoConfig.KEY],
    },
  ],
  exports: [StytchConnection],
})
export class StytchConnectionModule {}
