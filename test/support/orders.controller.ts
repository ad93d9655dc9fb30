import { Controller, Get } from '@nestjs/common';
import { Protected } from 'nestjs-stytch';

/** A protected route, for specs that ask who reaches it and not what it does. */
@Protected()
@Controller('orders')
export class OrdersController {
  @Get()
  list() {
    return [];
  }
}
