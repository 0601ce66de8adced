// The maps of actors and of jumelages: points, or lines between two points, on a canvas over the bundled outlines; the list
// beside them says the same.
const element = document.getElementById("carte");

async function fetchJson(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return response.json();
}

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

async function draw() {
  element.replaceChildren();
  const map = L.map(element, { preferCanvas: true, attributionControl: true, zoomControl: false, scrollWheelZoom: false, zoomSnap: 0.25 });
  map.attributionControl.setPrefix(false).addAttribution(element.dataset.attribution);
  L.control.zoom({ zoomInTitle: element.dataset.zoomIn, zoomOutTitle: element.dataset.zoomOut }).addTo(map);
  if (element.dataset.tiles) L.tileLayer(element.dataset.tiles, { attribution: element.dataset.tileAttribution }).addTo(map);

  const isOfLinks = Boolean(element.dataset.world);
  if (isOfLinks) {
    const countries = await fetchJson(element.dataset.world);
    L.geoJSON(countries, {
      interactive: false,
      style: { color: colour("--filet-doux"), weight: 1, fillColor: colour("--surface"), fillOpacity: element.dataset.tiles ? 0 : 1 },
    }).addTo(map);
  }
  const outlines = await fetchJson(element.dataset.outlines);
  const ground = L.geoJSON(outlines, {
    interactive: false,
    style: { color: colour("--filet"), weight: 1, fillColor: colour("--ocean-clair"), fillOpacity: element.dataset.tiles ? 0 : 0.7 },
  }).addTo(map);
  const home = ground.getBounds();
  map.fitBounds(home);

  const layer = L.layerGroup().addTo(map);
  const radius = { region: 8, departement: 7, epci: 5, commune: 3 };
  const renderer = L.canvas({ padding: 0.3, tolerance: 8 });

  async function openCard(place, id) {
    const card = await fetch(`${element.dataset.card}${id}/`);
    const popup = L.popup({ maxHeight: 320 }).setLatLng(place).setContent(card.ok ? await card.text() : element.dataset.error).openOn(map);
    popup.getElement().querySelector(".leaflet-popup-close-button").setAttribute("aria-label", element.dataset.close);
  }

  function addPoint(place, id, size, fill) {
    L.circleMarker(place, { renderer, radius: size, weight: 1, color: colour("--papier"), fillColor: colour(fill), fillOpacity: 0.85 })
      .on("click", () => openCard(place, id))
      .addTo(layer);
  }

  async function show() {
    const points = await fetchJson(element.dataset.points + window.location.search);
    layer.clearLayers();
    const places = [];
    points.id.forEach((id, i) => {
      const place = [points.lat[i] / 10000, points.lon[i] / 10000];
      places.push(place);
      if (isOfLinks) {
        const there = [points.to_lat[i] / 10000, points.to_lon[i] / 10000];
        places.push(there);
        L.polyline([place, there], { renderer, weight: 1.5, color: colour("--ocean"), opacity: 0.45 })
          .on("click", ({ latlng }) => openCard(latlng, id))
          .addTo(layer);
        addPoint(place, id, 3, "--ocean");
        addPoint(there, id, 4, "--tuile-vive");
        return;
      }
      const nature = points.natures[points.nature[i]];
      addPoint(place, id, radius[nature] ?? 6, nature in radius ? "--ocean" : "--tuile-vive");
    });
    const inside = L.latLngBounds(places);
    if ((isOfLinks || window.location.search) && places.length) map.fitBounds(inside, { maxZoom: 11, padding: [20, 20] });
  }

  await show();
  document.addEventListener("htmx:pushedIntoHistory", show);
}

draw().catch(() => {
  element.textContent = element.dataset.error;
});
