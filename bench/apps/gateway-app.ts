import { Chart } from 'cdk8s';
import { Gateway, GatewayApp, Listener } from 'cdk8s-agentgateway';

const app = new GatewayApp();
const chart = new Chart(app, 'bench');
new Gateway(chart, 'Gateway', { listeners: [Listener.http()] });
app.synth();
