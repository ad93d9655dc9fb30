import { Module, type DynamicModule } from '@nestjs/common';
import { ConfigModule, type ConfigType } from '@nestjs/config';
import { stytchConfig } from 'nestjs-stytch';
import { demoConfig, type DemoConfig } from './demo.config.js';
import { SharedState } from './shared-state.js';
import { connectToStytch, StytchConnection, type StartEmulator } from './stytch-connection.js';

@Module({})
export class StytchConnectionModule {
  /** @param startEmulator starts the emulator that is used without credentials */
  static with(startEmulator: StartEmulator): DynamicModule {
    return {
      module: StytchConnectionModule,
      imports: [ConfigModule.forFeature(stytchConfig), ConfigModule.forFeature(demoConfig)],
      providers: [
        {
          provide: StytchConnection,
          useFactory: (configured: ConfigType<typeof stytchConfig>, config: DemoConfig) =>
            connectToStytch(configured, config, startEmulator),
          inject: [stytchConfig.KEY, demoConfig.KEY],
        },
        {
          provide: SharedState,
          useFactory: ({ redisUrl }: DemoConfig) => new SharedState(redisUrl),
          inject: [demoConfig.KEY],
        },
      ],
      exports: [StytchConnection, SharedState, ConfigModule],
    };
  }
}
