import { GatewayApp } from 'cdk8s-agentgateway';
import { ApiKeysChart } from './api-keys/chart';

const app = new GatewayApp();
new ApiKeysChart(app, 'api-keys');
app.synth();
