import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { stytchConfig } from 'nestjs-stytch';
import { demoConfig } from './demo.config.js';
import { findStytch, WhereStytchIs } from './where-stytch-is.js';

@Module({
  imports: [ConfigModule.forFeature(stytchConfig), ConfigModule.forFeature(demoConfig)],
  providers: [
    {
      provide: WhereStytchIs,
      useFactory: findStytch,
      inject: [stytchConfig.KEY, demoConfig.KEY],
    },
  ],
  exports: [WhereStytchIs],
})
export class WhereStytchIsModule {}
