// Starts the documentation. Whoever signed in calls with their session; a token stays in this browser until "Logout".
const csrf = document.querySelector('meta[name="csrf-token"]');
window.ui = SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#swagger-ui",
  presets: [SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  docExpansion: "list",
  defaultModelsExpandDepth: -1,
  defaultModelExpandDepth: 3,
  displayRequestDuration: true,
  deepLinking: true,
  filter: true,
  persistAuthorization: true,
  tryItOutEnabled: true,
  validatorUrl: null,
  requestInterceptor: (request) => {
    if (csrf && !["GET", "HEAD"].includes(request.method) && new URL(request.url, location.href).origin === location.origin) {
      request.headers["X-CSRF-Token"] = csrf.content;
    }
    return request;
  },
  syntaxHighlight: { activated: true },
});
