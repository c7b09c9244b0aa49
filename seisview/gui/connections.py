"""Which signal of which part reaches which other part."""

from __future__ import annotations

from seisview.gui.label_next.basis import best_basis
from seisview.gui.panes.map_colors import MapColoring
from seisview.gui.parts import Parts
from seisview.gui.section.section_view import SectionView
from seisview.gui.status.notes import refusal, tool_hint
from seisview.gui.survey.label_memory import labels_text
from seisview.gui.tools.between import FIRST_HINT
from seisview.gui.tools.tool import ToolName
from seisview.gui.view.layers_controller import NO_CLUSTERS
from seisview.labels.boxes import Box


def connect_parts(parts: Parts) -> None:
    """Connect the parts with one another."""
    _connect_survey(parts)
    _connect_sections(parts)
    _connect_labels(parts)
    _connect_hints(parts)
    _connect_analysis(parts)
    _connect_preview(parts)
    parts.pretraining.starts_changed.connect(parts.window.train_dock.set_known_starts)
    parts.pretraining.models_changed.connect(parts.analysis.list_models)
    _connect_quality(parts)
    _connect_label_next(parts)
    _connect_clusters(parts)
    _connect_matches(parts)
    _connect_followers_of_labels(parts)


def _connect_survey(parts: Parts) -> None:
    welcome = parts.window.welcome
    welcome.open_requested.connect(parts.surveys.choose_and_open)
    welcome.builtin_requested.connect(parts.surveys.open_builtin)
    parts.surveys.damage_found.connect(parts.errors.ask_to_restore)
    parts.surveys.recovered.connect(parts.errors.tell_recovered)
    mark = parts.window.status_line.warnings
    parts.surveys.session_changed.connect(parts.survey_watch.set_session)
    parts.survey_watch.warnings_changed.connect(mark.set_warnings)
    mark.clicked.connect(parts.window.actions_by_id["survey_information"].trigger)
    parts.surveys.newer_found.connect(
        lambda folder, open_it: parts.errors.ask_for_newer(
            folder, labels_text(parts.preferences, folder), open_it
        )
    )


def _connect_sections(parts: Parts) -> None:
    view, status_line = parts.view, parts.window.status_line
    view.readout_changed.connect(status_line.set_readout)
    parts.panes.readout_changed.connect(status_line.set_readout)
    parts.line.readout_changed.connect(status_line.set_readout)
    parts.bricks.grown.connect(view.sharpen)
    parts.window.section_bar.refused.connect(lambda text: status_line.set_note(refusal(text)))


def _connect_labels(parts: Parts) -> None:
    labels, view = parts.labels, parts.view
    view.view_drawn.connect(lambda section, key: labels.show_section(key, section))
    view.label_at = lambda *place: labels.class_on(*place) or parts.comparison.class_at(*place)
    parts.window.section_bar.set_describe_mark(labels.classes_in)
    parts.state.changed.connect(lambda name: _show_state(parts, name))


def _connect_hints(parts: Parts) -> None:
    """Tools that take several clicks say in the status line what comes next."""

    def show(text: str) -> None:
        parts.window.status_line.set_note(tool_hint(text))

    for section in parts.view.views:
        section.hint_given.connect(show)
    parts.panes.pane_connected.connect(lambda pane: pane.section_view.hint_given.connect(show))
    parts.state.changed.connect(
        lambda name: show(FIRST_HINT) if name == "tool" and parts.state.tool == ToolName.BETWEEN else None
    )


def _connect_followers_of_labels(parts: Parts) -> None:
    """Who hears that labels changed: first the preview, which is to be seen before the next stroke."""
    for hear in (
        parts.preview.update_labels,
        parts.line.update_labels,
        parts.label_memory.update,
        parts.analysis.update_labels,
        parts.quality.refresh,
        parts.label_next.update_labels,
        parts.clusters.update_labels,
    ):
        parts.labels.labels_changed.connect(hear)


def _connect_analysis(parts: Parts) -> None:
    analysis = parts.analysis
    analysis.refresh_needed.connect(parts.line.refresh)
    analysis.overlay_changed.connect(parts.label_jobs.set_overlay)
    analysis.refresh_needed.connect(parts.view.refresh)
    analysis.refresh_needed.connect(parts.label_jobs.refresh)
    _connect_comparison(parts)
    _connect_map_colors(parts)
    parts.view.section_shown.connect(analysis.show_section)


def _connect_comparison(parts: Parts) -> None:
    analysis, comparison = parts.analysis, parts.comparison
    parts.window.train_dock.compare_requested.connect(comparison.compare)
    analysis.overlay_changed.connect(lambda drawn: comparison.follow(drawn and analysis.result))
    analysis.facts_changed.connect(lambda: comparison.follow(analysis.result))
    analysis.refresh_needed.connect(comparison.refresh)
    comparison.line_views = lambda: tuple(pane.line_view for pane in parts.panes.all_panes)
    comparison.left_changed.connect(parts.line.set_compared)
    parts.line.compared.connect(comparison.set_line_agreement)
    parts.panes.kinds_changed.connect(comparison.describe)
    parts.panes.count_changed.connect(comparison.describe)
    parts.panes.pane_connected.connect(lambda _pane: comparison.refresh())
    parts.layers.replaced.connect(lambda _name: parts.line.update_title())


def _connect_map_colors(parts: Parts) -> None:
    analysis, colors, actions = parts.analysis, parts.map_colors, parts.window.actions_by_id
    parts.surfaces.measured.connect(colors.show_surface)
    parts.surfaces.shown.connect(parts.map_memory.note_surface)
    analysis.overlay_changed.connect(lambda drawn: colors.follow(drawn and analysis.result))
    analysis.facts_changed.connect(lambda: colors.follow(analysis.result))
    colors.changed.connect(
        lambda: actions.set_checked("map_uncertainty", colors.coloring is MapColoring.UNCERTAINTY)
    )


def _connect_preview(parts: Parts) -> None:
    """The preview stands between what a network predicted and what is drawn."""
    analysis, preview = parts.analysis, parts.preview
    analysis.overlay_changed.connect(lambda overlay: preview.set_tuned(overlay, analysis.result))
    analysis.layer_described.connect(preview.describe_tuned)
    preview.layer_described.connect(parts.layers.describe)
    preview.overlay_changed.connect(parts.view.set_overlay)
    preview.overlay_changed.connect(lambda shown: parts.line.set_facies(shown and shown.along))
    preview.refresh_needed.connect(parts.view.refresh)
    preview.refresh_needed.connect(parts.line.refresh)
    parts.view.section_shown.connect(preview.show_section)
    parts.view.section_failed.connect(preview.show_unreadable)
    preview.fitted.connect(lambda: analysis.set_preview(preview.n_sections or None))
    preview.fitted.connect(parts.train_facts.find_out)
    parts.features.ready.connect(lambda _key: parts.train_facts.find_out())


def _connect_quality(parts: Parts) -> None:
    quality, analysis = parts.quality, parts.analysis
    quality.place_chosen.connect(parts.places.show)
    analysis.overlay_changed.connect(lambda _overlay: quality.refresh())
    analysis.facts_changed.connect(quality.refresh)


def _connect_label_next(parts: Parts) -> None:
    analysis, following = parts.analysis, parts.label_next

    def rank() -> None:
        session = parts.session
        if session is None or not parts.analysis_follows:
            return
        if analysis.is_running:
            following.set_stale()
        else:
            following.set_basis(best_basis(analysis.result, parts.preview, session.geometry))

    parts.window.label_next_dock.section_chosen.connect(parts.state.set_key)
    analysis.overlay_changed.connect(lambda _overlay: rank())
    analysis.facts_changed.connect(rank)
    parts.preview.fitted.connect(rank)
    parts.features.progressed.connect(rank)


def _connect_matches(parts: Parts) -> None:
    matches, view, page = parts.matches, parts.view, parts.window.match_page

    def connect_view(section: SectionView) -> None:
        section.set_patch_size(page.size_chosen)
        section.patch_picked.connect(lambda box, how: pick(section, box, how))
        matches.size_changed.connect(section.set_patch_size)

    def pick(section: SectionView, box: Box, how: str) -> None:
        if section.key is not None:
            parts.window.show_page(page)
            matches.pick(section.key, box, how)

    for section in view.views:
        connect_view(section)
    parts.panes.pane_connected.connect(lambda pane: connect_view(pane.section_view))
    view.view_drawn.connect(matches.draw)
    matches.place_chosen.connect(parts.places.show)
    parts.similarity.progressed.connect(matches.continue_search)
    parts.state.changed.connect(
        lambda name: (
            matches.prepare(parts.state.key) if name == "tool" and parts.state.tool == "match" else None
        )
    )


def _connect_clusters(parts: Parts) -> None:
    clusters, view = parts.clusters, parts.view
    clusters.layer_described.connect(parts.layers.describe)
    clusters.place_chosen.connect(parts.places.show)
    clusters.found.connect(lambda: parts.state.set_layer("clusters", visible=True))
    view.view_drawn.connect(clusters.sections.show)
    view.pointed.connect(lambda _section, voxel: clusters.show_near(voxel))
    for layer in ("clusters", "anomaly"):
        parts.layers.describe(layer, "", NO_CLUSTERS)


def _show_state(parts: Parts, name: str) -> None:
    dock, state = parts.window.facies_dock, parts.state
    if name == "brush_diameter":
        dock.set_brush_diameter(state.brush_diameter)
    elif name == "active_class":
        dock.set_active(state.active_class)
    elif name == "hidden_classes":
        dock.set_hidden(state.hidden_classes)
