import { GatewayApp } from 'cdk8s-agentgateway';
import { ApiKeysChart } from './api-keys/chart';
import { ExtAuthChart } from './ext-auth/chart';
import { JwtChart } from './jwt/chart';

const app = new GatewayApp();
new ApiKeysChart(app, 'api-keys');
new JwtChart(app, 'jwt');
new ExtAuthChart(app, 'ext-auth');
app.synth();
