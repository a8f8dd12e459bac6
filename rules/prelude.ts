// What the examples of policies take for granted: an example that imports nothing begins with this text.
// `export` keeps checkers quiet about names that an example does not use.
import axios from 'axios';
import express from 'express';
import pino from 'pino';
import { PrismaClient } from '@prisma/client';

export const app = express();
export const logger = pino();
export const prisma = new PrismaClient();
export const partner = axios.create({ baseURL: 'https://business-partner.example' });

export interface User {
  id: string;
  name: string;
  email: string;
  phone: string;
  address: string;
  age: number;
  password: string;
  marketingConsent: boolean;
  sharingConsent: boolean;
  unsubscribed: boolean;
}
declare function currentUser(): Promise<User>;
export const user: User = await currentUser();
