"""Who may do what with questionnaires: asked by views and templates, never by services."""

READ = "surveys.view_questionnaire"
MANAGE = "surveys.change_wave"
ENTER = "surveys.enter_response"
EDIT = "surveys.change_questionnaire"
