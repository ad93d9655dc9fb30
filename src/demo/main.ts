import { placeholder } from 'nestjs-stytch';
console.log('demo', placeholder);
