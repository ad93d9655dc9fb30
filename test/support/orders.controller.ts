import { Controller, Get } from '@nestjs/common';
import { Protected } from 'nestjs-stytch';

/** A protected route, for specs about who reaches it. */
@Protected()
@Controller('orders')
export class OrdersController {
  @Get()
  list() {
    return [];
  }
}
